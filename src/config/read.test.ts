import { expect, test } from 'vitest';
import { fromFlags } from './flags.ts';
import { parseConfig } from './read.ts';

const path = '/etc/holdfast/holdfast-operator.yaml';

function parse(text: string, flags = {}) {
  return parseConfig(text, path, fromFlags(flags));
}

test('one line is enough, in a file or as a flag', () => {
  const config = parse('repo: https://h/fleet');
  expect(config).toEqual(parse('', { repo: 'https://h/fleet' }));
  expect(config).toMatchObject({
    path: '.',
    revision: 'HEAD',
    interval: 15_000,
    listen: { host: '127.0.0.1', port: 0 },
    credentials: [],
  });
});

test('flags go before the file, field by field', () => {
  const file =
    'repo: https://h/a\npath: prod\nlisten: {port: 8080}\ntarget: {kubernetes: {kubeconfig: kube/config, context: prod}}';
  expect(parse(file, { repo: 'https://h/b', host: '0.0.0.0', context: 'test' })).toMatchObject({
    repo: 'https://h/b',
    path: 'prod',
    listen: { host: '0.0.0.0', port: 8080 },
    target: { kubernetes: { kubeconfig: '/etc/holdfast/kube/config', context: 'test' } },
  });
  expect(parse(file, { target: 'machine', roots: ['/srv'] }).target).toEqual({ machine: { allowedRoots: ['/srv'] } });
});

test.each<[string, object, string]>([
  ['', {}, 'repo is missing'],
  ['repo: 7', {}, `${path}:1:1: repo must be a string, not a number`],
  ['repo: https://h/a\nintervall: 1s', {}, `${path}:2:1: unknown field "intervall"; did you mean "interval"?`],
  ['repo: https://h/a\ninterval: 1', {}, ':2:1: interval must be a string'],
  ['repo: https://h/a\ninterval: 10ms', {}, ':2:1: interval must be at least 1000 ms'],
  ['repo: https://h/a\nbudgets: {renderMemory: 1 GB}', {}, ':2:11: budgets.renderMemory must be a size such as 64Mi'],
  [
    'repo: https://h/a',
    { target: 'kubernetes', roots: ['/srv'], interval: 'soon' },
    'command line:1:1: interval must be a duration',
  ],
  ['repo: https://h/a', { kubeconfig: 'k', roots: ['/srv'] }, 'must name exactly one kind of target'],
  ['repo: https://h/a\ncredentials: [{prefix: "https://h", password: CANARY}]', {}, 'unknown field "password"'],
  ['- a', {}, 'must be a mapping'],
  ['repo: [', {}, `${path}:`],
])('%j with %j: %s', (text, flags, message) => {
  expect(() => parse(text, flags)).toThrow(message);
});

test('neither passwords in addresses nor values of unknown fields are repeated', () => {
  const texts = ['repo: https://u:CANARY@h/a', 'repo: https://h/a\ncredentials: [{prefix: x, password: CANARY}]'];
  for (const text of texts) {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('CANARY') }),
    );
  }
});
