import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageChart, simpleChart } from '../../world/chart.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { startHelmRepository } from '../../world/helm-repository.ts';
import { registryUser, startOciRegistry } from '../../world/oci-registry.ts';
import { runProgram } from '../../world/process.ts';
import { realPrograms } from '../../world/shared.ts';

const configMap = (chart: string) => expect.stringContaining(`chart: ${chart}`);

async function helm(home: string, args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  return (await runProgram(realPrograms().helm, args, { env, cwd: home })).toString();
}

test('Helm pulls from the HTTP repository', async () => {
  await using home = await temporaryDirectory('helm');
  const credentials = { username: 'reader', password: 'secret' };
  await using repository = await startHelmRepository([packageChart(simpleChart('web', '1.0.0'))], { credentials });
  repository.publish(packageChart(simpleChart('web', '1.2.0')));
  const flags = ['--repo', repository.url, '--username', credentials.username, '--password', credentials.password];

  expect(await helm(home.path, ['template', 'one', 'web', ...flags])).toEqual(configMap('web-1.2.0'));
  repository.withdraw('web', '1.2.0');
  expect(await helm(home.path, ['template', 'one', 'web', ...flags])).toEqual(configMap('web-1.0.0'));
  expect(repository.log.map(request => request.path)).toContain('/web-1.0.0.tgz');
});

test.each([false, true])('Helm pulls from and pushes to the OCI registry (authentication: %s)', async authenticate => {
  await using home = await temporaryDirectory('helm');
  await using registry = await startOciRegistry({ authenticate });
  const digest = await registry.pushChart('charts', packageChart(simpleChart('web', '1.0.0+build')));
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

  const chart = `oci://${registry.host}/charts/web`;
  const { username, password } = registryUser;
  if (authenticate) {
    await expect(helm(home.path, ['template', 'one', chart, '--plain-http'])).rejects.toThrow(/401|credential/);
    await helm(home.path, ['registry', 'login', registry.host, '--plain-http', '-u', username, '-p', password]);
  }
  expect(await helm(home.path, ['template', 'one', chart, '--plain-http'])).toEqual(configMap('web-1.0.0+build'));
  await helm(home.path, ['pull', chart, '--plain-http']);
  await helm(home.path, [
    'push',
    join(home.path, 'web-1.0.0+build.tgz'),
    `oci://${registry.host}/again`,
    '--plain-http',
  ]);
});

test('Kustomize builds', async () => {
  await using home = await temporaryDirectory('kustomize');
  const kustomization = 'namePrefix: a-\nconfigMapGenerator: [{name: greeting, literals: [hello=world]}]\n';
  await writeFile(join(home.path, 'kustomization.yaml'), kustomization);
  const built = (await runProgram(realPrograms().kustomize, ['build', home.path])).toString();
  expect(built).toMatch(/^ {2}name: a-greeting-[a-z0-9]{10}$/m);
});
