import type { Case } from '../step.ts';
import { applyCases } from './apply.ts';
import { readCases } from './read.ts';
import { removeCases } from './remove.ts';
import { updateCases } from './update.ts';

export const cases: Case[] = [...applyCases, ...updateCases, ...removeCases, ...readCases];
