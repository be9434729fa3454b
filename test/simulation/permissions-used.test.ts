import { afterAll, beforeAll, expect, it } from 'vitest';
import { Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { INSTALLATION, Paths } from './permission-paths.ts';

const SEED = 5;

/** What is granted, that no path of this test needs, and why it stays. Written as `<region> <role>: <right>`. */
const LEFT: readonly (readonly [reason: string, right: RegExp])[] = [
  ['the embedded cloud has no log delivery and no traces', /: (logs|xray):/],
  [
    'the guide has it for whoever runs a Distributed Map, for stopping and redriving its children (iam-policies-eg-dist-map)',
    /run-\w+: states:(Describe|Stop|Redrive)Execution /,
  ],
  [
    'one definition of a machine runs everywhere, and only the primary has points to request, and only the other regions a primary to be denied',
    /(eu-central-1 run-expire: .*:holdfast-request-expiry|eu-west-1 run-drill: .*:holdfast-prove-primary-denied)$/,
  ],
  ['S3 tells who may list that an object is missing, and denies everyone else', /: s3:ListBucket /],
  [
    'DocumentDB and Neptune do not tell the tags of a snapshot in its description',
    /: rds:ListTagsForResource /,
  ],
  [
    'RDS checks default groups that a request does not name',
    /: rds:(Restore\w+|CreateDBInstance) .*:(og|pg|subgrp|cluster-pg):/,
  ],
  ['objects above 5 GiB are copied in parts', /(-shard|mend-rot): s3:AbortMultipartUpload /],
  ['a listing of more than 1.5 million versions goes on while it is polled', /poll-capture: (s3|kms):/],
  [
    'what a copy still has to compare, or to begin when five are under way, goes on while it is polled',
    /poll-copy: (s3|kms|rds):/,
  ],
  [
    'a parameter group is made again only where its name is free',
    /eu-west-1 begin-restore: rds:(Create|Modify)DBClusterParameterGroup /,
  ],
  [
    'after a lost answer one object is looked at; that of an object with a long name, or with a short one, is the same call',
    /capture-shard: s3:GetObject .*\/(long|data)\/\*$/,
  ],
  [
    'a copy that was started under the same name, and has ended since, is looked at',
    /(start-copies|mend-records): states:DescribeExecution /,
  ],
  [
    'only an engine that restores in place asks for a yes, and no cluster here is of one (approval.test.ts)',
    /((ask|answer)-approval: |run-(answer|restore): .*:holdfast-(ask|answer)-approval$)/,
  ],
  [
    'a receipt that lies in the vault, and whose record a crash took, is read before the next one',
    /(drills?|-restore|stopped-execution): (s3:GetObject .*\/receipts\/\*|kms:Decrypt .*)$/,
  ],
  [
    'a drill ends its restore where that runs still, and none here takes as long as a drill may',
    /(tear-down-drill|sweep-drills): (dynamodb:\w+|events:PutEvents|kms:\w+|s3:PutObject\w*) /,
  ],
  ['a bucket without versions is emptied in another way', /-drills?: s3:DeleteObject .*\/drill\/drill-\*$/],
  [
    'whoever reads what was restored may read it wherever a restore may write it',
    /eu-west-1 compare-drill: s3:GetObject .*:acme-documents\/\*$/,
  ],
  ['a refusal to expire is told', /decide-expiry: events:PutEvents /],
  ['what a hold finds in the bin comes out of it again', /discard-expired: dynamodb:UpdateItem /],
  [
    'a snapshot that nobody claims goes in every region, and this test has one at home',
    /eu-central-1 discard-unclaimed: rds:(DescribeDBClusterSnapshots|DeleteDBClusterSnapshot) /,
  ],
];

let blueprint: Blueprint;
let paths: Paths;
let unused: string[];

beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
  paths = new Paths(blueprint, SEED);
  await paths.all();
  unused = [...paths.stage.cloud.iam.grants()]
    .filter(({ used }) => !used)
    .map(({ role, action, resource }) => {
      const name = role.replace(/^.*role\/holdfast-(\w+-\w+-\d)-/, '$1 ');
      return `${name}: ${action} ${resource}`;
    });
});
afterAll(() => blueprint?.close());

it('everything that Holdfast does it may do', () => {
  expect(permissionsSuffice(paths.stage)).toEqual([]);
});

it('and whatever it may do it does, but for what has a reason to stay', () => {
  expect(unused.filter((right) => !LEFT.some(([, left]) => left.test(right)))).toEqual([]);
});

it.each(LEFT)('%s: there is such a right', (_, left) => {
  expect(unused.filter((right) => left.test(right))).not.toEqual([]);
});
