// A Git server in a process of its own. Argument: the directory with the repositories. Answers every message with what it served.

import { startGitHttp } from '../test/world/git-http.ts';

const server = await startGitHttp({ directory: process.argv[2] ?? '.' });
process.on('disconnect', () => process.exit(1));
process.on('message', () => {
  const bytes = server.log.reduce((sum, { requestBytes, responseBytes }) => sum + requestBytes + responseBytes, 0);
  process.send?.({ requests: server.log.length, bytes });
});
process.send?.({ url: server.url });
