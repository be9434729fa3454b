import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connect } from '../../adapters/aws/clients.ts';
import { dynamoApprovals } from '../../adapters/aws/dynamo-approvals.ts';
import type { Approval } from '../../core/approvals/approval.ts';
import { type Instant, iso, minutes, seconds, speak, wholeSecond } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';
import type { MachineName } from '../../workflows/index.ts';
import { table } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import { compareEnded, type RestoreResult, tell } from './restoring.ts';

type Say = (line: string) => void;

/** Who starts it and who allows it are two people. */
const ON_CALL = 'ben';
const ALLOWED_BY = 'ann';
/** From the message on a telephone to the answer. */
const THOUGHT = minutes(6);
/** Between two looks at whether a question was asked. */
const LOOK = seconds(10);

interface Member {
  readonly cluster: string;
  readonly way: string;
  readonly target: string;
  readonly instant: string;
  readonly lossSeconds: number;
  readonly rpoSeconds: number;
  readonly achievedRtoSeconds: number;
  readonly rtoSeconds: number;
}

/** Starts `holdfast-failover` in the surviving region, has its question answered, and compares what it brought back. */
export async function failOver(
  stage: Stage,
  region: string,
  group: string,
  say: Say,
): Promise<RestoreResult[]> {
  const begun = stage.now;
  const execution = await runAllowed(stage, region, 'failover', { group, by: ON_CALL }, say);
  if (execution.status !== 'SUCCEEDED') return [failed(group, region, execution, say)];
  const { record } = JSON.parse(execution.output!) as { record: { members: readonly Member[] } };
  for (const line of table(record.members.map(served))) say(`  ${line}`);
  const restored = restoredSince(stage, region, begun, record.members);
  for (const result of restored) say(`  ${result.cluster}, ${tell(result)[2]?.trim() ?? 'not compared'}`);
  return restored;
}

/** Starts a machine as the console would; whatever it asks is shown, thought about, and allowed by somebody else. */
export async function runAllowed(
  stage: Stage,
  region: string,
  machine: MachineName,
  input: object,
  say: Say,
): Promise<Execution> {
  say(`${region} $ holdfast-${machine} ${JSON.stringify(input)}`);
  const execution = stage.start(region, machine, input);
  const answered = new Set<string>();
  while (execution.status === 'RUNNING') {
    const open = (await waiting(stage, region)).find(({ id }) => !answered.has(id));
    if (!open) {
      await stage.run(LOOK);
      continue;
    }
    answered.add(open.id);
    await allow(stage, region, open, say);
  }
  return execution;
}

const waiting = (stage: Stage, region: string): Promise<readonly Approval[]> => {
  const client = connect(new DynamoDBClient({ region }), 'dynamodb', region);
  return stage.until(dynamoApprovals(client, CATALOG_TABLE).waiting());
};

async function allow(stage: Stage, region: string, approval: Approval, say: Say): Promise<void> {
  say(`  asks: ${approval.sentence}`);
  for (const [name, fact] of Object.entries(approval.facts))
    if (typeof fact === 'string' && fact.includes(' ')) say(`    ${name}: ${fact}`);
  await stage.run(THOUGHT);
  const answer = { approval: approval.id, answer: 'yes', by: ALLOWED_BY };
  say(`  ${iso(wholeSecond(stage.now))} $ holdfast-answer ${JSON.stringify(answer)}`);
  await stage.execute(region, 'answer', answer);
}

const served = (member: Member): string[] => [
  member.cluster,
  member.way === 'promote' ? 'standby promoted' : 'restored',
  `to ${member.instant}`,
  `in ${member.target}`,
  `${speak(seconds(member.lossSeconds))} before the yes, objective ${speak(seconds(member.rpoSeconds))}`,
  `serves after ${speak(seconds(member.achievedRtoSeconds))} of ${speak(seconds(member.rtoSeconds))}`,
];

/** Of the restores that began since then, each member's own, compared with what its application had. */
function restoredSince(
  stage: Stage,
  region: string,
  begun: Instant,
  members: readonly Member[],
): RestoreResult[] {
  const { cloud } = stage;
  const arn = `arn:aws:states:${region}:${cloud.account}:stateMachine:holdfast-restore`;
  const restores = cloud.states.list(arn).filter(({ startedAt }) => startedAt >= begun);
  return members.flatMap(({ cluster }) => {
    const own = restores.find(({ input }) => (JSON.parse(input) as { cluster: string }).cluster === cluster);
    return own ? [compareEnded(stage, region, cluster, 'latest', own)] : [];
  });
}

function failed(
  group: string,
  region: string,
  { error = '', cause = '' }: Execution,
  say: Say,
): RestoreResult {
  say(`  ${error}: ${cause}`);
  return { cluster: group, region, to: 'latest', error: { name: error, message: cause } };
}
