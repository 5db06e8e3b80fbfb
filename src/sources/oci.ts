import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Credentials } from '../config/credentials.ts';
import { failure } from '../errors.ts';
import { maskSecrets } from '../git/url.ts';
import { type ChartSource, maxChartBytes } from './chart-source.ts';
import { chooseVersion } from './chart-version.ts';
import { basicOf, type Downloaded, type Downloads, tlsOf } from './download.ts';
import { statusFailure } from './helm-repository.ts';
import { addressKind } from './network-policy.ts';
import { challengeOf, tokenRequest } from './oci-token.ts';

const chartLayer = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const manifestTypes = 'application/vnd.oci.image.manifest.v1+json';
const maxManifestBytes = 4 * 1024 * 1024;
const maxTagPages = 50;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const manifest = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest, size: z.number().nonnegative() })).max(100),
});
const tagList = z.object({ tags: z.array(z.string().max(128)).nullable() });
const token = z.union([z.object({ token: z.string() }), z.object({ access_token: z.string() })]);

interface Place {
  /** `https://host`, and the repository's name below `/v2/`. */
  origin: string;
  repository: string;
  shown: string;
}

/** Charts in OCI registries (`oci://host/path`, the chart's name being its last part). https://github.com/opencontainers/distribution-spec */
export function createOciRegistries(downloads: Downloads): ChartSource {
  async function parsed<Value>(place: Place, schema: z.ZodType<Value>, answer: Downloaded): Promise<Value> {
    try {
      return schema.parse(JSON.parse(Buffer.from(answer.bytes).toString('utf8')));
    } catch {
      throw failure('CHART_REPOSITORY_INVALID', { url: place.shown, reason: 'it is not the JSON of a registry' });
    }
  }

  /** GETs below the repository, with whatever login the registry asks for; it is kept for the questions of one `find`. */
  function session(place: Place, credentials: Credentials) {
    let authorization: string | undefined;
    const tls = tlsOf(credentials);

    async function logIn(challenge: string, signal: AbortSignal): Promise<boolean> {
      const basic = basicOf(credentials);
      const asked = challengeOf(challenge);
      if (asked.scheme === 'basic') {
        authorization = basic;
        return basic !== undefined;
      }
      const url = tokenRequest(asked, place.origin, `repository:${place.repository}:pull`);
      if (url === undefined) return false;
      const answer = await downloads.get(
        url,
        {
          maxBytes: 1024 * 1024,
          ...(basic === undefined ? {} : { authorization: basic }),
          ...(url.startsWith(place.origin) ? { tls } : {}),
        },
        signal,
      );
      if (answer.status !== 200) throw statusFailure(url, answer.status);
      const got = await parsed(place, token, answer);
      authorization = `Bearer ${'token' in got ? got.token : got.access_token}`;
      return true;
    }

    return async (
      path: string,
      options: { maxBytes: number; accept?: string },
      signal: AbortSignal,
    ): Promise<Downloaded> => {
      const url = `${place.origin}${path}`;
      const ask = () =>
        downloads.get(
          url,
          {
            maxBytes: options.maxBytes,
            tls,
            ...(authorization === undefined ? {} : { authorization }),
            ...(options.accept === undefined ? {} : { headers: { accept: options.accept } }),
          },
          signal,
        );
      const first = await ask();
      const again = first.status === 401 && (await logIn(first.headers['www-authenticate'] ?? '', signal));
      const answer = again ? await ask() : first;
      if (answer.status !== 200 && answer.status !== 404) throw statusFailure(place.shown, answer.status);
      return answer;
    };
  }

  async function tags(place: Place, get: ReturnType<typeof session>, signal: AbortSignal): Promise<string[]> {
    const found: string[] = [];
    const start = `/v2/${place.repository}/tags/list`;
    let path: string | undefined = `${start}?n=1000`;
    for (let page = 0; path !== undefined; page++) {
      if (page === maxTagPages)
        throw failure('CHART_REPOSITORY_INVALID', { url: place.shown, reason: 'its list of tags has no end' });
      const answer = await get(path, { maxBytes: maxManifestBytes }, signal);
      if (answer.status === 404) return [];
      found.push(...((await parsed(place, tagList, answer)).tags ?? []));
      const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.link ?? '')?.[1];
      const target =
        next !== undefined && URL.canParse(next, place.origin + start)
          ? new URL(next, place.origin + start)
          : undefined;
      path = target?.origin === place.origin && target.pathname === start ? target.pathname + target.search : undefined;
    }
    return found;
  }

  return {
    async find({ repoURL, name, version }, credentials, signal) {
      const place = placeOf(repoURL, name, credentials);
      const get = session(place, credentials);
      const missing = () => failure('CHART_NOT_FOUND', { url: place.shown, chart: name, version: version || 'any' });
      const chosen = isExact(version)
        ? version
        : chooseVersion(version, (await tags(place, get, signal)).map(versionOf));
      if (chosen === undefined) throw missing();
      const path = `/v2/${place.repository}/manifests/${tagOf(chosen)}`;
      const answer = await get(path, { maxBytes: maxManifestBytes, accept: manifestTypes }, signal);
      if (answer.status === 404) throw missing();
      const promised = answer.headers['docker-content-digest'];
      const actual = `sha256:${createHash('sha256').update(answer.bytes).digest('hex')}`;
      if (promised?.startsWith('sha256:') && promised !== actual) {
        throw failure('CHART_DIGEST_MISMATCH', { url: place.shown, expected: promised, actual });
      }
      const layer = (await parsed(place, manifest, answer)).layers.find(one => one.mediaType === chartLayer);
      if (layer === undefined)
        throw failure('CHART_REPOSITORY_INVALID', { url: place.shown, reason: 'the artifact is no chart' });
      return {
        version: chosen,
        digest: layer.digest,
        async download(limited) {
          const blob = await get(`/v2/${place.repository}/blobs/${layer.digest}`, { maxBytes: maxChartBytes }, limited);
          if (blob.status === 404) throw missing();
          return blob.bytes;
        },
      };
    },
  };
}

/** A tag has no plus sign: Helm writes an underscore for it. */
const tagOf = (version: string) => version.replaceAll('+', '_');
const versionOf = (tag: string) => tag.replaceAll('_', '+');
const isExact = (version: string) => /^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version);

/** Plain HTTP is for registries on this machine, unless they are given a certificate authority. */
function placeOf(repoURL: string, name: string, credentials: Credentials): Place {
  const shown = maskSecrets(`${repoURL.replace(/\/+$/, '')}/${name}`);
  const [, host = '', path = ''] =
    /^oci:\/\/([a-z0-9.-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?)((?:\/[a-z0-9._-]+)*)\/*$/i.exec(repoURL) ?? [];
  const repository = `${path}/${name}`.slice(1);
  if (host === '' || repository.split('/').some(part => /^\.+$/.test(part))) {
    throw failure('SOURCE_DENIED', { url: shown, reason: 'it is not oci://host/path' });
  }
  const bare = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const local = bare === 'localhost' || addressKind(bare) === 'loopback';
  const scheme = local && credentials.tlsCa === undefined && !credentials.tlsInsecure ? 'http' : 'https';
  return { origin: `${scheme}://${host}`, repository, shown };
}
