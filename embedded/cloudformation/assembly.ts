import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A synthesized template, as far as the deployment reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<
      string,
      { readonly Value: unknown; readonly Export?: { readonly Name: unknown }; readonly Condition?: string }
    >
  >;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
}

/** A file that `cdk deploy` would put into the bootstrap bucket and that is no template. */
export interface FileAsset {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

export interface Assembly {
  /** In the order in which they may be deployed. */
  readonly stacks: readonly Stack[];
  readonly files: readonly FileAsset[];
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly environment?: string;
        readonly properties?: {
          readonly templateFile?: string;
          readonly file?: string;
          readonly stackName?: string;
        };
        readonly dependencies?: readonly string[];
      }
    >
  >;
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string; readonly packaging: string };
        readonly destinations: Readonly<
          Record<
            string,
            { readonly bucketName: string; readonly objectKey: string; readonly region?: string }
          >
        >;
      }
    >
  >;
}

const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** Reads the folder that `cdk synth` writes. */
export function readAssembly(folder: string): Assembly {
  const { artifacts } = read<Manifest>(join(folder, 'manifest.json'));
  const stacks = new Map<string, Stack>();
  const files: FileAsset[] = [];
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (!artifact || stacks.has(id)) return;
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    if (artifact.type === 'cdk:asset-manifest')
      files.push(...assetsOf(folder, artifact.properties?.file ?? ''));
    if (artifact.type !== 'aws:cloudformation:stack') return;
    const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
    stacks.set(id, {
      name: artifact.properties?.stackName ?? id,
      account: account!,
      region: region!,
      template: read<Template>(join(folder, artifact.properties?.templateFile ?? '')),
    });
  };
  for (const id of Object.keys(artifacts)) visit(id);
  const distinct = new Map(files.map((file) => [`${file.bucket}/${file.key}`, file]));
  return { stacks: [...stacks.values()], files: [...distinct.values()] };
}

function assetsOf(folder: string, file: string): FileAsset[] {
  const manifest = read<AssetManifest>(join(folder, file));
  return Object.values(manifest.files)
    .filter(({ source }) => source.packaging === 'file' && !source.path.endsWith('.template.json'))
    .flatMap((asset) =>
      Object.values(asset.destinations).map((to) => ({
        path: join(folder, asset.source.path),
        bucket: to.bucketName,
        key: to.objectKey,
        region: to.region ?? '',
      })),
    );
}
