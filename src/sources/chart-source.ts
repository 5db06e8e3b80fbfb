import type { Credentials } from '../config/credentials.ts';
import type { ChartReference } from '../render/remote.ts';

/** Where a chart was found: what is still to be downloaded and checked. */
export interface FoundChart {
  version: string;
  /** `sha256:…` of the archive, where the repository promises it. */
  digest: string | undefined;
  download(signal: AbortSignal): Promise<Uint8Array>;
}

/** One kind of chart repository. Throws CHART_NOT_FOUND, CHART_REPOSITORY_INVALID, REGISTRY_…, SOURCE_DENIED, NET_… */
export interface ChartSource {
  find(reference: ChartReference, credentials: Credentials, signal: AbortSignal): Promise<FoundChart>;
}

export const maxChartBytes = 32 * 1024 * 1024;
