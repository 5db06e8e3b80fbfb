import type { Audit } from '../access/audit/log.ts';
import type { Env } from '../env/env.ts';
import type { Repository } from '../git/repository.ts';
import type { Application } from '../model/application.ts';
import type { Remote } from '../render/remote.ts';
import type { Renderer } from '../render/renderer.ts';
import type { Store } from '../store/store.ts';
import type { Contents, Permit, Target } from '../targets/target.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/tracing/tracer.ts';

/** Everything a reconcile works with. Built once, in main.ts. */
export interface Services {
  env: Env;
  store: Store;
  audit: Audit;
  metrics: Metrics;
  /** Where traces are asked for. */
  tracer?: Tracer;
  target: Target;
  renderer: Renderer;
  repositories: { open(url: string): Repository };
  remote: Remote;
  contents: Contents;
  place: EnvironmentPlace;
}

/** And what every write has to show. */
export interface Reconciling extends Services {
  permitFor(application: Application): Permit;
}

/** One operator, one target, one place in Git. */
export interface EnvironmentPlace {
  name: string;
  repoURL: string;
  path: string;
  /** Branch, tag, commit or range; HEAD by default. */
  revision: string;
}
