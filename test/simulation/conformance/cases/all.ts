import type { Case } from '../step.ts';
import { applyCases } from './apply.ts';
import { definitionCases } from './definitions.ts';
import { jobCases } from './jobs.ts';
import { namespaceCases } from './namespaces.ts';
import { randomCases } from './random.ts';
import { readCases } from './read.ts';
import { removeCases } from './remove.ts';
import { updateCases } from './update.ts';
import { validationCases } from './validation.ts';
import { workloadCases } from './workloads.ts';

export const cases: Case[] = [
  ...applyCases,
  ...updateCases,
  ...removeCases,
  ...readCases,
  ...validationCases,
  ...namespaceCases,
  ...workloadCases,
  ...jobCases,
  ...definitionCases,
  ...randomCases,
];
