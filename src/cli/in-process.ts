export { applyPath, renderPath } from '../push.ts';
export { runOperator } from './run-operator.ts';
