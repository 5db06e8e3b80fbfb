import { expect, test } from 'vitest';
import { importsOf, programFiles } from './sources.ts';

/** What reaches out of the program, or makes two runs differ. Only src/env may: the simulator stands in for it. */
const forbidden: [string, RegExp][] = [
  ['Date.now', /\bDate\.now\b/],
  ['new Date()', /\bnew Date(\(\s*\)|(?![\w(]))/],
  ['Math.random', /\bMath\.random\b/],
  ['performance', /(?<![.\w])performance\./],
  ['setTimeout', /(?<![.\w])setTimeout\(/],
  ['setInterval', /(?<![.\w])setInterval\(/],
  ['setImmediate', /(?<![.\w])setImmediate\(/],
  ['AbortSignal.timeout', /\bAbortSignal\.timeout\b/],
  ['fetch', /(?:await|return|[=(,])\s*fetch\(|\bglobalThis\b/],
  ['WebSocket', /\bnew (WebSocket|EventSource)\b/],
  ['random bytes', /\b(randomUUID|randomBytes|randomInt|getRandomValues)\b/],
  [
    'process',
    /(?<![.\w])process\.(env|argv|exit|exitCode|on|once|stdin|stdout|stderr|cwd|hrtime|nextTick|memoryUsage|platform|getuid|umask)\b/,
  ],
  // Threads and the garbage collector answer when they like, and no simulated time passes meanwhile.
  ['threads', /\bsubtle\.|\bnew (Worker|MessageChannel|BroadcastChannel)\b|\bAtomics\./],
  ['the collector', /\bnew (WeakRef|FinalizationRegistry)\b/],
  // Where a machine stands, and what language it is set to.
  ['the place', /\.get(Hours|Minutes|Day|Date|Month|FullYear|TimezoneOffset)\(|\.toLocale\w*String\(/],
  ['console', /(?<![.\w])console\./],
  ['eval', /(?<![.\w])eval\(|\bnew Function\(/],
];

/** Modules that only hash, encode or compare. */
const pureBuiltins = [
  'node:path',
  'node:path/posix',
  'node:crypto',
  'node:util',
  'node:buffer',
  'node:url',
  'node:assert',
  'node:stream',
  'node:string_decoder',
  'node:events',
  // Says for whom something is done.
  'node:async_hooks',
];

/** The rest of node:crypto draws random numbers, or works in threads. */
const pureCrypto = [
  'createCipheriv',
  'createDecipheriv',
  'createHash',
  'createHmac',
  'createSecretKey',
  'hash',
  'timingSafeEqual',
  'createPrivateKey',
  'createPublicKey',
  'KeyObject',
  'X509Certificate',
  'sign',
  'verify',
];

/** Packages, and the folders that may use them. Those for everyone do no I/O. */
const packages: Record<string, string[]> = {
  zod: ['src/'],
  yaml: ['src/'],
  picomatch: ['src/'],
  semver: ['src/'],
  undici: ['src/env/'],
  commander: ['src/cli/'],
  'openid-client': ['src/access/login/'],
  fastify: ['src/api/'],
  '@fastify/swagger': ['src/api/'],
  'fastify-type-provider-zod': ['src/api/'],
};

/** Who else touches the world, and why. */
const allowed: Record<string, string[]> = {
  // Where the program begins: it makes the Env, and ends the process.
  'src/cli/main.ts': ['process', 'performance'],
  // Inflating a large archive at once would hold up everything else. No simulated world has archives.
  'src/sources/archive-tree.ts': ['node:zlib'],
  // Of what is small and in memory: it answers at once.
  'src/git/loose-object.ts': ['node:zlib'],
  'src/git/pack.ts': ['node:zlib'],
  // In threads, of answers that are on their way already.
  'src/api/compression.ts': ['node:zlib'],
  // A variable of its own.
  'src/targets/machine/read.ts': ['process'],
};

const files = programFiles().filter(({ path }) => !path.startsWith('src/env/'));

test.each(forbidden)('%s is for src/env only', (name, pattern) => {
  const users = files.filter(({ path, code }) => pattern.test(code) && !allowed[path]?.includes(name));
  expect(users.map(({ path }) => path)).toEqual([]);
});

test('only src/env imports what reaches out', () => {
  const wrong: string[] = [];
  for (const { path, code } of files) {
    for (const { from, typeOnly } of importsOf(code)) {
      if (from.startsWith('.') || typeOnly) continue;
      if (!from.startsWith('node:')) continue;
      if (!pureBuiltins.includes(from) && !allowed[path]?.includes(from)) wrong.push(`${path} imports ${from}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('of node:crypto, only what answers at once and always the same is used outside of src/env', () => {
  const wrong: string[] = [];
  for (const { path, code } of files) {
    for (const [, names = ''] of code.matchAll(/import\s*\{([^}]*)\}\s*from\s*'node:crypto'/g)) {
      const used = names.split(',').map(name => name.trim().replace(/^type /, ''));
      wrong.push(...used.filter(name => name !== '' && !pureCrypto.includes(name)).map(name => `${path}: ${name}`));
    }
    if (/import\s+(\*|\w+)[^'"{]*from\s*'node:crypto'/.test(code)) wrong.push(`${path}: all of it`);
  }
  expect(wrong).toEqual([]);
});

test('packages stay where they belong', () => {
  const wrong: string[] = [];
  for (const { path, code } of programFiles()) {
    for (const { from } of importsOf(code)) {
      if (from.startsWith('.') || from.startsWith('node:')) continue;
      const name = from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');
      if (!packages[name]?.some(folder => path.startsWith(folder))) wrong.push(`${path} imports ${from}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the exceptions are still needed', () => {
  const needless = Object.entries(allowed).filter(([path]) => !files.some(file => file.path === path));
  expect(needless).toEqual([]);
});
