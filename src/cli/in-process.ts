import { failure } from '../errors.ts';
import type { Local } from './local.ts';

export { runOperator } from './run-operator.ts';

// Push mode is wired here when src/main.ts exports it.
export const renderPath: Local['renderPath'] = async () => {
  throw failure('CLI_USAGE', { reason: 'render is not available yet' });
};
export const applyPath: Local['applyPath'] = async () => {
  throw failure('CLI_USAGE', { reason: 'apply is not available yet' });
};
