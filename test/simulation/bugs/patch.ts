// Loaded before everything else (`node --import`): breaks one file of the engine as the bug says that is named in the environment.

import { registerHooks } from 'node:module';
import { patched } from './bug.ts';
import { bugs } from './bugs.ts';

const name = process.env.HOLDFAST_BUG;
const bug = bugs.find(one => one.name === name);
if (bug === undefined) throw new Error(`no such bug: ${name}`);
const file = new URL(`../../../${bug.file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== file) return loaded;
    return { ...loaded, source: patched(bug, String(loaded.source)) };
  },
});
