import { z } from 'zod';
import type { DirectoryOptions, HelmOptions, JsonnetVariable, KustomizeOptions } from '../model/application.ts';

/*
 * How a source is rendered, in the words of Argo CD's source, used by its Applications and by holdfast.yaml alike.
 * Paths in value files and the like are checked by the renderer, which knows what they are relative to.
 */

const text = z.string().max(1_000_000);
const flag = z.boolean();
const map = z.record(z.string(), z.string());
const stringOrNumber = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const helmOptions = z.strictObject({
  valueFiles: z
    .array(text)
    .exactOptional()
    .describe('Files of values, relative to the chart, or `$ref/path` in another source. Globs are allowed.'),
  ignoreMissingValueFiles: flag.exactOptional().describe('Leave out value files that do not exist.'),
  values: text.exactOptional().describe('Values as inline YAML.'),
  valuesObject: z.record(z.string(), z.unknown()).exactOptional().describe('Values as a mapping; wins over `values`.'),
  parameters: z
    .array(z.strictObject({ name: text, value: stringOrNumber, forceString: flag.exactOptional() }))
    .exactOptional()
    .describe('Single values, as `--set` (or `--set-string`) takes them.'),
  fileParameters: z
    .array(z.strictObject({ name: text, path: text }))
    .exactOptional()
    .describe('Values that are the content of files.'),
  releaseName: text.exactOptional().describe("The release's name; the application's when not given."),
  namespace: text.exactOptional().describe("The namespace that templates see; the application's when not given."),
  kubeVersion: text.exactOptional().describe('The Kubernetes version that templates see, instead of the target’s.'),
  apiVersions: z.array(text).exactOptional().describe('The API versions that templates see, instead of the target’s.'),
  skipCrds: flag.exactOptional().describe("Leave out the chart's `crds` directory."),
  skipTests: flag.exactOptional().describe('Leave out test hooks (they are never run in any case).'),
  skipSchemaValidation: flag.exactOptional().describe("Do not check values against the chart's schema."),
  passCredentials: flag
    .exactOptional()
    .describe("Send the repository's credentials also to other hosts that its index names."),
}) satisfies z.ZodType<HelmOptions>;

const patch = z.strictObject({
  patch: text.exactOptional(),
  path: text.exactOptional(),
  target: map.exactOptional(),
  options: z.record(z.string(), z.boolean()).exactOptional(),
});

const replicas = z.strictObject({
  name: text,
  count: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]),
});

export const kustomizeOptions = z.strictObject({
  namePrefix: text.exactOptional().describe('Put before all names.'),
  nameSuffix: text.exactOptional().describe('Put after all names.'),
  namespace: text.exactOptional().describe('Namespace of all resources.'),
  images: z.array(text).exactOptional().describe('Images to replace: `name=new:tag`, `name:tag` or `name@digest`.'),
  replicas: z.array(replicas).exactOptional().describe('Numbers of replicas, by name.'),
  commonLabels: map.exactOptional().describe('Labels for all resources.'),
  forceCommonLabels: flag.exactOptional().describe('Let them replace labels of the same name.'),
  labelWithoutSelector: flag.exactOptional().describe('Do not put common labels into selectors.'),
  labelIncludeTemplates: flag
    .exactOptional()
    .describe('Put common labels into templates, where selectors are left alone.'),
  commonAnnotations: map.exactOptional().describe('Annotations for all resources.'),
  forceCommonAnnotations: flag.exactOptional().describe('Let them replace annotations of the same name.'),
  patches: z.array(patch).exactOptional().describe("Patches, as in a kustomization's `patches`."),
  components: z.array(text).exactOptional().describe('Components to add.'),
  ignoreMissingComponents: flag.exactOptional().describe('Leave out components that do not exist.'),
  kubeVersion: text.exactOptional().describe('The Kubernetes version that charts in it see.'),
  apiVersions: z.array(text).exactOptional().describe('The API versions that charts in it see.'),
}) satisfies z.ZodType<KustomizeOptions>;

const variables = z.array(z.strictObject({ name: text, value: text, code: flag.exactOptional() })) satisfies z.ZodType<
  JsonnetVariable[]
>;

export const directoryOptions = z.strictObject({
  recurse: flag.exactOptional().describe('Also what is in directories below.'),
  include: text.exactOptional().describe('Glob of the files that count; all when not given.'),
  exclude: text.exactOptional().describe('Glob of files that do not count.'),
  jsonnet: z
    .strictObject({
      extVars: variables.exactOptional().describe('External variables.'),
      tlas: variables.exactOptional().describe('Top-level arguments.'),
      libs: z.array(text).exactOptional().describe('Directories of the repository to import from.'),
    })
    .exactOptional()
    .describe('For the Jsonnet files in it.'),
}) satisfies z.ZodType<DirectoryOptions>;

export const ignoreDifference = z
  .strictObject({
    group: z.string().prefault('').describe('API group; empty for core kinds, `*` for any.'),
    kind: z.string().prefault('*').describe('Kind; `*` for any.'),
    name: z.string().prefault('').describe('Name; empty for any.'),
    namespace: z.string().prefault('').describe('Namespace; empty for any.'),
    jsonPointers: z
      .array(z.string().regex(/^(\/|$)/, 'must be a JSON pointer, beginning with "/"'))
      .prefault([])
      .describe('Fields that do not count.'),
    jqPathExpressions: z.array(z.string().max(4_096)).prefault([]).describe('Fields that do not count, as jq paths.'),
    managedFieldsManagers: z.array(z.string()).prefault([]).describe('Fields that these managers own do not count.'),
  })
  .describe('Differences that do not count, for some resources.');
