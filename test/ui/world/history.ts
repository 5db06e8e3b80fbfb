import type { GitRepo } from '../../world/git-repo.ts';
import type { KubeClient } from '../../world/kube-client.ts';
import type { TestOperator } from '../../world/operator.ts';
import { declarationFiles } from './declarations.ts';
import { laterCommits } from './fleet.ts';
import { people } from './people.ts';

interface Prod {
  repo: GitRepo;
  test: TestOperator;
  /** Two people who change things by hand. */
  kube: KubeClient;
  oncall: KubeClient;
}

const minute = 60_000;
const patience = { deadlineMs: 120_000 };

/** What people did after everything ran: commits, changes by hand, a suspension. */
export async function makeHistory({ repo, test, kube, oncall }: Prod): Promise<void> {
  const untilWell = (name: string) =>
    test.until(name, ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy', patience);
  await test.refresh();
  for (const name of ['shop', 'mailer', 'billing', 'legacy', 'archive', 'vault', 'handbook', 'maps'])
    await untilWell(name);
  await test.operator.sync('database', {}, 'oncall');
  await untilWell('database');
  for (const { by, minutesAgo, message, files, declared = [], undeclared = [] } of laterCommits) {
    const below = Object.fromEntries(Object.entries(files).map(([path, content]) => [`apps/${path}`, content]));
    const declarations = declarationFiles(repo.fileUrl, declared, undeclared);
    await repo.commit(
      { ...below, ...declarations },
      { message, author: people[by], at: Date.now() - minutesAgo * minute },
    );
    await test.refresh();
  }
  await test.operator.remove('archive', { orphan: false }, 'opsdev');
  await test.operator.suspend('billing', 'year-end close', 'oncall');
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo-shop', name: 'web' };
  await kube.patch(web, { spec: { replicas: 7 } }, 'merge');
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo-shop', name: 'settings' };
  await kube.patch(settings, { data: { theme: 'loud', banner: 'Sale' } }, 'merge');
  const pages = { apiVersion: 'v1', kind: 'Service', namespace: 'demo-handbook', name: 'pages' };
  await oncall.patch(pages, { spec: { ports: [{ port: 80, targetPort: 9_090 }] } }, 'merge');
  for (const name of ['shop', 'handbook']) await test.until(name, ({ sync }) => sync.status === 'OutOfSync', patience);
  await untilWell('mailer');
}
