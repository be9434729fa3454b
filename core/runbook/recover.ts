import { indexKey } from '../manifest/layout.ts';
import { iso, seconds, speak } from '../time/instant.ts';
import { recoverMilvus, recoverVolumes } from './recover-engines.ts';
import { recoverObjects } from './recover-objects.ts';
import { recoverRds } from './recover-rds.ts';
import { recoverDoris, recoverTidb } from './recover-sql.ts';
import { COPIES_AT_ONCE, type Recoverable, type Steps } from './steps.ts';

/**
 * `manifest/RECOVER.md`: the exact commands to recover a point with the provider's and the engine's own tools, when nothing
 * of Holdfast is there any more. The same input gives the same page. It is no part of the manifest, and the Merkle root
 * does not know it.
 */
export function recoverPage(what: Recoverable): string {
  const { point, index, region, bucket, key, cluster } = what;
  const { needs, steps, afterwards } = stepsOf(what);
  const at = point.takenAt === undefined ? iso(point.scheduledAt) : iso(point.takenAt);
  return [
    `# Recover ${point.id} in ${region} without Holdfast`,
    '',
    `| | |\n|---|---|\n${[
      ['cluster', `${cluster.name} (${cluster.engine})`],
      ['holds the state of', at],
      ['items', String(index.items)],
      ['bytes', String(index.bytes)],
      ['Merkle root', `\`${index.root}\``],
      ['manifest', `\`s3://${bucket}/${indexKey(cluster.name, point.id)}\``],
      ['encrypted under', `\`${key}\``],
      ['expected time', expected(what)],
    ]
      .map(([name, value]) => `| ${name} | ${value} |`)
      .join('\n')}`,
    '',
    '## Before',
    '',
    ...[
      `credentials of the account ${what.account} that may use the key above and read the vault; both resist no administrator of the account`,
      'the AWS CLI',
      ...needs,
    ].map((need) => `- ${need}`),
    '',
    '## Steps, in this order',
    ...steps.flatMap(({ says, language, text }, n) => [
      '',
      `${n + 1}. ${says}`,
      '',
      `\`\`\`${language}`,
      text.trim(),
      '```',
    ]),
    '',
    '## Afterwards',
    '',
    ...afterwards.map((line) => `- ${line}`),
    '',
  ].join('\n');
}

/** By what the point holds, whatever the cluster is captured as today: TiDB's volumes are points of EBS. */
function stepsOf(what: Recoverable): Steps {
  switch (what.point.engine) {
    case 'objects':
      return recoverObjects(what);
    case 'aurora':
    case 'documentdb':
    case 'neptune':
      return recoverRds(what);
    case 'ebs':
      return recoverVolumes(what);
    case 'tidb':
      return recoverTidb(what);
    case 'doris':
      return recoverDoris(what);
    case 'milvus':
      return recoverMilvus(what);
  }
}

/** One `aws s3api copy-object` takes half a second, most of it the CLI's own start. */
const COPY_SECONDS = 0.5;

function expected({ cluster, index }: Recoverable): string {
  const byBytes = index.bytes / cluster.restoreBytesPerSecond;
  const byItems = cluster.engine === 'objects' ? (index.items * COPY_SECONDS) / COPIES_AT_ONCE : 0;
  const length = speak(seconds(Math.max(60, Math.ceil(Math.max(byBytes, byItems)))));
  return `about ${length}, at the rate that the configuration gives (${cluster.restoreBytesPerSecond} bytes a second)`;
}
