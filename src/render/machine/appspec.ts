import type { RenderRequest } from '../renderer.ts';
import type { MachineRender } from './procfile.ts';
export async function renderAppSpec(_request: RenderRequest, _signal: AbortSignal): Promise<MachineRender> {
  throw new Error('soon');
}
