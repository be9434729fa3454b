import { manifestPrefix } from '../manifest/layout.ts';
import { COPIES_AT_ONCE, quoted, type Recoverable, type Steps } from './steps.ts';

/** S3 copies up to 5 GB in one request (contracts of CopyObject); `aws s3 cp` does larger ones in parts. */
const SINGLE_COPY_MAX = 5_000_000_000;

/**
 * A line of a shard is `[key, version, bytes, checksum, since]`, and its bytes lie under `since`. The program prints a
 * command per line, ended by NUL, so that no character of a key means anything to the shell; `xargs` runs them. It compares
 * each shard with the index first.
 */
const PROGRAM = `import gzip, hashlib, json, shlex, sys, urllib.parse
shard, bucket, cluster, target, prefix = int(sys.argv[1]), *sys.argv[2:6]
text = gzip.open('shard-%05d.jsonl.gz' % shard).read()
entry = json.load(open('index.json'))['shards'][shard]
if hashlib.sha256(text).hexdigest() != entry['digest']:
    sys.exit('shard %d is not the one that the index names' % shard)
for line in text.decode('utf-8').split('\\n'):
    key, version, size, checksum, since = json.loads(line)
    item = '%s/%s/data/%s' % (cluster, since, key)
    if len(item.encode('utf-8')) > 1024:
        item = '%s/%s/long/%s' % (cluster, since, hashlib.sha256(key.encode('utf-8')).hexdigest())
    if size > ${SINGLE_COPY_MAX}:
        command = ['aws', 's3', 'cp', 's3://%s/%s' % (bucket, item), 's3://%s/%s%s' % (target, prefix, key)]
    else:
        source = bucket + '/' + urllib.parse.quote(item, safe='/')
        command = ['aws', 's3api', 'copy-object', '--copy-source', source, '--bucket', target, '--key', prefix + key]
    sys.stdout.write(' '.join(shlex.quote(word) for word in command) + ' > /dev/null\\0')`;

/** A bucket or prefix of S3: an item per object, and at ten million of them a loop and no list. */
export function recoverObjects({ cluster, point, index, region, bucket }: Recoverable): Steps {
  const manifest = manifestPrefix(cluster.name, point.id);
  const last = index.shards.length - 1;
  if (last < 0)
    return {
      needs: [],
      steps: [],
      afterwards: ['there was not one object at that instant: nothing is to be done'],
    };
  return {
    needs: [
      'bash, python3 and xargs: AWS CloudShell has them all',
      `a bucket in ${region} to recover into, with room for ${index.items} objects`,
    ],
    steps: [
      {
        says: 'Say where to. The bucket has to be there.',
        language: 'sh',
        text: `export AWS_REGION=${region}
export TARGET="\${TARGET:?the name of the bucket to recover into}"
export PREFIX="\${PREFIX:-}"`,
      },
      {
        says: `Copy every item, shard by shard, ${COPIES_AT_ONCE} at a time. It may be repeated, and split among machines by the numbers of the shards.`,
        language: 'sh',
        text: `set -euo pipefail
cat > commands.py <<'END'
${PROGRAM}
END
aws s3api get-object --bucket ${bucket} --key ${quoted(`${manifest}index.json`)} index.json > /dev/null
for shard in $(seq \${FIRST:-0} \${LAST:-${last}}); do
  name=$(printf 'shard-%05d.jsonl.gz' "$shard")
  aws s3api get-object --bucket ${bucket} --key "${manifest}$name" "$name" > /dev/null
  python3 commands.py "$shard" ${bucket} ${cluster.name} "$TARGET" "$PREFIX" | xargs -0 -r -P ${COPIES_AT_ONCE} -n 1 sh -c
  rm "$name"
done`,
      },
    ],
    afterwards: [
      `the target holds ${index.items} objects more; \`aws s3 ls --recursive --summarize\` counts them`,
      'each line of a shard names the checksum (CRC64NVME) that `aws s3api head-object --checksum-mode ENABLED` shows of its object',
    ],
  };
}
