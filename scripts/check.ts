// npm run check: the quick part of `npm test`.

import { quickSteps } from './checks/quick.ts';
import { conclude, runSteps, untilStopped } from './checks/run.ts';

const began = performance.now();
const signal = untilStopped();
process.exitCode = conclude(await runSteps(quickSteps, signal), began, signal);
