import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const greeting = readFileSync(new URL('greeting.txt', import.meta.url), 'utf8').trim();
const port = Number(process.env.PORT);

const server = createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok\n');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${greeting}\n`);
});

server.listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}`));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
