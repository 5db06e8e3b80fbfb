import type { Env, HttpClient } from '../env/env.ts';
import type { Renderer } from '../render/renderer.ts';
import { classOf, type Metrics } from './metrics.ts';

/** The same world, in which requests are counted. */
export function countingRequests(env: Env, metrics: Metrics): Env {
  const counted = (client: HttpClient): HttpClient => ({
    close: () => client.close(),
    async request(request) {
      try {
        const response = await client.request(request);
        metrics.count('holdfast_target_requests_total', request.method, classOf(response.status));
        return response;
      } catch (error) {
        metrics.count('holdfast_target_requests_total', request.method, 'error');
        throw error;
      }
    },
  });
  return { ...env, net: { ...env.net, http: options => counted(env.net.http(options)) } };
}

export function countingRenders(renderer: Renderer, metrics: Metrics): Renderer {
  return {
    close: () => renderer.close(),
    async render(request, signal) {
      try {
        const result = await renderer.render(request, signal);
        metrics.count('holdfast_renders_total', result.cached ? 'cached' : 'rendered');
        return result;
      } catch (error) {
        if (!signal.aborted) metrics.count('holdfast_renders_total', 'failed');
        throw error;
      }
    },
  };
}
