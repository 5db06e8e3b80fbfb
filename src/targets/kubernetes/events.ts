import { z } from 'zod';
import type { ResourceId } from '../../model/resource.ts';
import type { TargetEvent } from '../target.ts';
import { apiPath, type ServedKind } from './discovery.ts';
import type { Tools } from './tools.ts';

const events: ServedKind = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true, verbs: [] };
const most = 200;
const perPage = 500;
const pages = 4;

const text = z.string().nullish().catch('');
const number = z.number().nullish().catch(0);
const eventSchema = z.looseObject({
  metadata: z.looseObject({ creationTimestamp: text }),
  type: text,
  reason: text,
  message: text,
  count: number,
  firstTimestamp: text,
  lastTimestamp: text,
  eventTime: text,
  series: z.looseObject({ count: number, lastObservedTime: text }).nullish(),
  reportingComponent: text,
  source: z.looseObject({ component: text }).nullish(),
});
const listSchema = z.looseObject({
  metadata: z.looseObject({ continue: text }),
  items: z.array(eventSchema).nullish(),
});

/** What controllers said about one object, however often it was made again, newest first. */
export async function eventsOf(id: ResourceId, tools: Tools, signal: AbortSignal): Promise<TargetEvent[]> {
  const about = { kind: id.kind, name: id.name, namespace: id.namespace };
  const fieldSelector = Object.entries(about).map(([field, value]) => `involvedObject.${field}=${value}`);
  // Those about what has no namespace are kept in this one.
  const path = apiPath(events, id.namespace === '' ? 'default' : id.namespace);
  const found: TargetEvent[] = [];
  let next = '';
  for (let page = 0; page < pages; page++) {
    const paging = { limit: String(perPage), ...(next === '' ? {} : { continue: next }) };
    const request = { path, query: { fieldSelector: fieldSelector.join(','), ...paging }, request: 'list events' };
    const list = listSchema.parse(await tools.client.json(request, signal));
    found.push(...(list.items ?? []).map(toEvent));
    next = list.metadata.continue ?? '';
    if (next === '') break;
  }
  return found.sort((a, b) => b.lastAt - a.lastAt).slice(0, most);
}

function toEvent(event: z.infer<typeof eventSchema>): TargetEvent {
  const { metadata, series, firstTimestamp, lastTimestamp, eventTime, reportingComponent, source } = event;
  const firstAt = timeOf(firstTimestamp, eventTime, metadata.creationTimestamp);
  return {
    level: event.type === 'Warning' ? 'warning' : 'info',
    reason: event.reason ?? '',
    message: (event.message ?? '').slice(0, 2_000),
    count: series?.count ?? event.count ?? 1,
    firstAt,
    lastAt: timeOf(series?.lastObservedTime, lastTimestamp, eventTime, metadata.creationTimestamp) || firstAt,
    source: reportingComponent || source?.component || '',
  };
}

function timeOf(...times: (string | null | undefined)[]): number {
  for (const time of times) {
    const at = Date.parse(time ?? '');
    if (!Number.isNaN(at)) return at;
  }
  return 0;
}
