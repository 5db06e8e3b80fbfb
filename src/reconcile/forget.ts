import type { Controller } from './controller.ts';
import { applicationNamed } from './requests.ts';

/** What was concluded of an application is found out anew by its next look: which charts it has, what it renders to, what differs. */
export function forgetConclusions(controller: Controller, name: string): void {
  controller.locks.forgetCharts(applicationNamed(controller, name));
  const state = controller.find(name);
  if (state === undefined) return;
  state.findings.clear();
  state.surveyed = false;
  if (state.declared === undefined) return;
  state.declared.forget();
  state.declared = { ...state.declared, basis: '' };
}
