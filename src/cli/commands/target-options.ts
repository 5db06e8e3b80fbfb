import { type Command, Option } from 'commander';
import type { OperatorFlags } from '../../config/flags.ts';

const targetKinds = ['kubernetes', 'machine'] as const;

export interface TargetFlags {
  target?: (typeof targetKinds)[number];
  kubeconfig?: string;
  context?: string;
  root?: string;
  allowRoot?: string[];
}

/** Options of the commands that work on a target themselves. */
export function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--target <kind>', 'the kind of place to deliver to').choices([...targetKinds]))
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config, or in-cluster)')
    .option('--context <name>', 'context of the kubeconfig (default: its current one)')
    .option('--root <directory>', 'where processes run (machine)')
    .option('--allow-root <directory...>', 'directories that applications may write files to (machine)');
}

export function targetFlags({ target, kubeconfig, context, root, allowRoot }: TargetFlags): OperatorFlags {
  return { target, kubeconfig, context, root, roots: allowRoot };
}
