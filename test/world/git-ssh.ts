import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { debianProgram } from './debian.ts';
import { temporaryDirectory } from './directory.ts';
import { freePort } from './port.ts';
import { runProgram, startTiedProcess } from './process.ts';
import { waitFor } from './wait.ts';

export interface GitSsh extends AsyncDisposable {
  port: number;
  username: string;
  /** The private key that may log in. */
  identityFile: string;
  /** Another one that may not. */
  strangerFile: string;
  /** The server's line for a known_hosts file, and a file with it. */
  knownHosts: string;
  knownHostsFile: string;
  /** The URL of a bare repository in the server's directory. */
  urlOf(repository: string): string;
  stop(): Promise<void>;
}

/** OpenSSH's own server on loopback, with keys made for it, that lets the user of this process in. */
export async function startGitSsh({ directory }: { directory: string }): Promise<GitSsh> {
  const sshd = await debianProgram('openssh-server');
  const home = await temporaryDirectory('ssh');
  const file = (name: string) => join(home.path, name);
  for (const name of ['host', 'identity', 'stranger']) {
    await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file(name)]);
  }
  const port = await freePort();
  const { username } = userInfo();
  const knownHosts = `[127.0.0.1]:${port} ${(await readFile(file('host.pub'), 'utf8')).trim()}\n`;
  await writeFile(file('known_hosts'), knownHosts);
  await writeFile(file('sshd_config'), configuration(port, file));
  // Where it runs as root it insists on this directory; Debian's makes it at boot.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  const server = startTiedProcess({
    program: sshd,
    args: ['-D', '-e', '-f', file('sshd_config')],
    log: file('sshd.log'),
  });
  const stop = async () => {
    await server.stop();
    await home.remove();
  };
  try {
    await waitFor('sshd', () => server.ended() !== undefined || greets(port));
    if (server.ended() !== undefined) throw new Error(`sshd ${server.ended()}: ${await server.printed()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    username,
    identityFile: file('identity'),
    strangerFile: file('stranger'),
    knownHosts,
    knownHostsFile: file('known_hosts'),
    urlOf: repository => `ssh://${username}@127.0.0.1:${port}${directory}/${repository}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function configuration(port: number, file: (name: string) => string): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${file('host')}
AuthorizedKeysFile ${file('identity.pub')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding no
MaxStartups 100
AcceptEnv GIT_PROTOCOL
`;
}

function greets(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const connection = connect(port, '127.0.0.1');
    connection.on('data', () => resolve(true)).on('error', () => resolve(false));
    connection.on('data', () => connection.destroy());
  });
}
