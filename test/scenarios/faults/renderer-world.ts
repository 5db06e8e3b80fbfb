import { childrenOf } from './processes.ts';

/** Ids of the renderer's processes that this test's operator has started. */
export const renderers = () => childrenOf(process.pid, process.env.HOLDFAST_RENDERER ?? 'renderer');
