import type { Renderer, RenderResult } from '../../render/renderer.ts';
import { startPart } from './tracer.ts';

/** Each render as a span, where a trace is under way. */
export function tracingRenders(renderer: Renderer): Renderer {
  return {
    close: () => renderer.close(),
    render(request, signal) {
      const { application, source, revision } = request;
      const span = startPart('render', () => ({
        kind: 'client',
        attributes: {
          'cicd.pipeline.name': application.name,
          'vcs.repository.url.full': source.repoURL === '' ? undefined : source.repoURL,
          'vcs.ref.head.revision': revision,
          'holdfast.source.path': source.chart ?? source.path,
        },
      }));
      const rendering = renderer.render(request, signal);
      if (span === undefined) return rendering;
      const rendered = ({ type, resources, cached }: RenderResult) => {
        const found = { 'holdfast.resources': resources.length, 'holdfast.render.cached': cached };
        span.set({ 'holdfast.source.type': type, ...found });
      };
      rendering.then(rendered, error => span.fail(error)).finally(() => span.end());
      return rendering;
    },
  };
}
