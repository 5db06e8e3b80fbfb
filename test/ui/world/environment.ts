import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startApi } from '../../../src/api/listen.ts';
import { WebFiles } from '../../../src/api/web-files.ts';
import { configFileName, parseConfig } from '../../../src/config/read.ts';
import { readWritten } from '../../../src/config/written.ts';
import { realEnv } from '../../../src/env/real.ts';
import type { GitRepo } from '../../world/git-repo.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { createAccounts } from './accounts.ts';

/** A real operator with its API and web UI. */
export interface UiEnvironment extends AsyncDisposable {
  /** `http://localhost:12345`: a name, since passkeys need one. */
  url: string;
  repo: GitRepo;
  test: TestOperator;
}

export interface UiEnvironmentOptions {
  /** Its data and its configuration go there. */
  directory: string;
  repo: GitRepo;
  /** As in holdfast-operator.yaml. */
  config: Record<string, unknown>;
  /** The built UI. */
  webDirectory: string;
  port?: number;
  /** What browsers call it, where something stands before it. */
  publicURL?: string | undefined;
}

/** Ready when the accounts can sign in. */
export async function startEnvironment(options: UiEnvironmentOptions): Promise<UiEnvironment> {
  const { directory, repo, config, webDirectory, port = 0, publicURL } = options;
  await mkdir(directory, { recursive: true });
  // What the page of settings shows is what is written here.
  await writeFile(join(directory, configFileName), stringify(config));
  const test = await startTestOperator({ repo: repo.fileUrl, dataDirectory: join(directory, 'data'), config });
  const env = realEnv();
  const written = await readWritten(
    env,
    { repo: repo.fileUrl },
    { directory },
    parseConfig(stringify(config), configFileName, { repo: repo.fileUrl, dataDirectory: directory }),
  );
  const { access, services } = test.holdfast;
  const api = await startApi({
    ...{ env, operator: test.operator, access, metrics: services.metrics, config: written },
    ...{ host: '127.0.0.1', port, publicURL, web: new WebFiles(env.files, webDirectory) },
    token: Buffer.from(env.random.bytes(32)).toString('base64url'),
  });
  const url = api.url.replace('127.0.0.1', 'localhost');
  const stop = async () => {
    await api.close();
    await test.close({ stopProcesses: true });
  };
  try {
    await createAccounts(test, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, repo, test, [Symbol.asyncDispose]: stop };
}
