import { Command } from 'commander';
import { version } from '../version.ts';
import type { Cli } from './cli.ts';
import { addAcceptCommand } from './commands/accept.ts';
import { addAccountCommand } from './commands/account.ts';
import { addAppCommand } from './commands/app.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addAppsCommand } from './commands/apps.ts';
import { addAtCommand } from './commands/at.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addCancelCommand } from './commands/cancel.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addDeleteCommand } from './commands/delete.ts';
import { addDeliveryCommand } from './commands/delivery.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEventsCommand } from './commands/events.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addLoginCommand, addLogoutCommand } from './commands/login.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addRbacCommand } from './commands/rbac.ts';
import { addRebuildCommand } from './commands/rebuild.ts';
import { addRefreshCommand } from './commands/refresh.ts';
import { addRenderCommand } from './commands/render.ts';
import { addResourceCommand } from './commands/resource.ts';
import { addResumeCommand } from './commands/resume.ts';
import { addRollbackCommand } from './commands/rollback.ts';
import { addRunCommand } from './commands/run.ts';
import { addSuspendCommand } from './commands/suspend.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addTokenCommand } from './commands/token.ts';
import { addVersionCommand } from './commands/version.ts';
import { addWaitCommand } from './commands/wait.ts';
import { addWhoamiCommand } from './commands/whoami.ts';
import { addGlobalOptions } from './connect.ts';

/** In the order of the help. */
const groups: [string, ((program: Command, cli: Cli) => void)[]][] = [
  ['Run:', [addRunCommand, addDoctorCommand]],
  ['Look:', [addAppsCommand, addAppCommand, addDiffCommand, addHistoryCommand, addEventsCommand, addLogsCommand]],
  [
    'Act:',
    [
      addSyncCommand,
      addCancelCommand,
      addWaitCommand,
      addRollbackCommand,
      addAcceptCommand,
      addSuspendCommand,
      addResumeCommand,
      addRefreshCommand,
      addResourceCommand,
      addDeleteCommand,
    ],
  ],
  ['Look back:', [addAtCommand, addRebuildCommand, addAuditCommand, addDeliveryCommand]],
  [
    'Access:',
    [addLoginCommand, addLogoutCommand, addWhoamiCommand, addRbacCommand, addAccountCommand, addTokenCommand],
  ],
  ['Without an operator:', [addRenderCommand, addApplyCommand]],
  ['More:', [addCompletionCommands, addVersionCommand]],
];

/** All commands. Throws CommanderError where others would end the process. */
export function createProgram(cli: Cli): Command {
  const { print, note } = cli.terminal;
  const program = new Command('holdfast')
    .description('GitOps continuous delivery for Kubernetes and plain machines')
    .version(version, '-V, --version')
    .helpCommand(false)
    .showHelpAfterError('(add --help for what it takes)')
    .exitOverride()
    .configureOutput({ writeOut: text => print(text.trimEnd()), writeErr: text => note(text.trimEnd()) });
  addGlobalOptions(program);
  for (const [group, adders] of groups) {
    program.commandsGroup(group);
    for (const add of adders) add(program, cli);
  }
  return program;
}
