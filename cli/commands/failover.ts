import type { Approval } from '../../core/approvals/approval.ts';
import { InvalidInput, UnknownGroup } from '../../core/errors/registry.ts';
import { moveId } from '../../core/ids/names.ts';
import { iso, wholeSecond } from '../../core/time/instant.ts';
import { command, EXIT, type Request, required } from '../operator/command.ts';
import { messageIn } from '../operator/message-in.ts';
import type { Answer, Operator } from '../operator/operator.ts';
import type { Ended, Started } from '../operator/starter-in.ts';

const HELP = `holdfast failover <group>: starts holdfast-failover in the region that takes over, and shows what it asks

  --to <what>         latest (the newest of each member), together (instants within the group's skew) or an instant
                      (default: latest)
  --without <names>   members that are left behind, with commas between
  --by <name>         who asks, and with --yes who answers
  --yes               answers yes at once; without it, nothing is done before somebody has answered
  --json              for machines

Nothing is asked of the region that is lost. docs/runbooks/failover.md says what to look at first.`;

/** A plan of a hundred members takes seconds; what takes longer is looked at in the console. */
const LOOKS = 120;

export const failover = command({
  name: 'failover',
  help: HELP,
  operands: [1, 1],
  options: {
    to: { type: 'string' },
    without: { type: 'string' },
    by: { type: 'string' },
    yes: { type: 'boolean' },
  },
  work: async (request, operator) => {
    const [name = ''] = request.operands;
    const { groups } = operator.installation;
    const group = groups.find((one) => one.name === name);
    if (!group)
      throw new UnknownGroup(
        `no group is called ${name}; known groups: ${groups.map((one) => one.name).join(', ') || 'none'}`,
      );
    if (request.values['yes']) required(request, 'by', 'the name of who answers');
    const started = await operator.starter(group.to).start('failover', inputOf(name, request));
    const found = await untilAsked(name, group.to, started, operator);
    if ('ended' in found) return refused(found.ended, started);
    if ('again' in found)
      return {
        json: { move: found.again, execution: started.execution, outcome: 'again' },
        lines: [`${found.again} was begun before and is gone on with, by ${started.execution}`],
      };
    return request.values['yes']
      ? answered(found.question, request, operator, group.to)
      : { json: { ...shown(found.question), execution: started.execution }, lines: linesOf(found.question) };
  },
});

function inputOf(group: string, { values }: Request): Readonly<Record<string, unknown>> {
  const { to, without, by } = values;
  const names = typeof without === 'string' ? without.split(',').map((one) => one.trim()) : [];
  if (names.includes(''))
    throw new InvalidInput(`--without takes names with commas between; received ${JSON.stringify(without)}`);
  return {
    group,
    ...(to !== undefined && { to }),
    ...(names.length > 0 && { without: names }),
    ...(by !== undefined && { by }),
  };
}

type Found = { readonly question: Approval } | { readonly again: string } | { readonly ended: Ended };

async function untilAsked(
  group: string,
  region: string,
  { execution, startedAt }: Started,
  { desk, records, starter }: Operator,
): Promise<Found> {
  const id = moveId('failover', group, wholeSecond(startedAt), execution);
  for (let look = 0; look < LOOKS; look++) {
    const question = await desk(region).approvals.approval(id);
    if (question) return { question };
    const moves = await records(region).groups.moves(group);
    const again = moves.find((move) => move.execution === execution && move.id !== id);
    if (again) return { again: again.id };
    const ended = await starter(region).ended(execution);
    if (ended) return { ended };
    await starter(region).pause();
  }
  return { ended: { status: 'RUNNING', cause: 'it has not asked yet' } };
}

async function answered(
  { id }: Approval,
  request: Request,
  { desk }: Operator,
  region: string,
): Promise<Answer> {
  const by = required(request, 'by', 'the name of who answers');
  const end = await desk(region).answer({ approval: id, answer: 'yes', by });
  const well = end.status === 'SUCCEEDED';
  return {
    json: { approval: id, by, ...end },
    lines: [
      well
        ? `${id}: ${by} said yes, and it goes on`
        : `${id}: ${end.error ?? end.status}: ${end.cause ?? ''}`,
    ],
    ...(well ? {} : { code: EXIT.refused }),
  };
}

const refused = ({ status, error, cause }: Ended, { execution }: Started): Answer => ({
  json: { execution, status, error, cause },
  lines: [`${error ?? status}: ${messageIn(cause) ?? `look at ${execution}`}`],
  code: EXIT.refused,
});

const linesOf = (question: Approval): readonly string[] => [
  question.sentence,
  ...Object.entries(question.facts).map(([name, value]) => `  ${name}: ${value}`),
  `nothing is done before somebody has answered, until ${iso(question.until)}:`,
  `  holdfast approve ${question.id} --region ${question.region} --by <your name>, and --no for no`,
];

/** Without the token: who has it can answer, and nobody would be on record. */
const shown = ({ id, sentence, facts, until }: Approval) => ({
  ...{ move: id, outcome: 'asked', sentence, facts },
  until: iso(until),
});
