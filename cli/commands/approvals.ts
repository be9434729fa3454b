import type { Approval } from '../../core/approvals/approval.ts';
import { standingAt } from '../../core/approvals/standing.ts';
import { iso } from '../../core/time/instant.ts';
import { command } from '../operator/command.ts';

const HELP = `holdfast approvals: what waits for a person's yes or no in one region, the oldest first

  --region <region>   the region that asks (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines`;

export const approvals = command({
  name: 'approvals',
  help: HELP,
  operands: [0, 0],
  options: { region: { type: 'string' } },
  work: async (_, { region, now, desk }) => {
    const waiting = (await desk(region).approvals.waiting()).filter(
      (one) => standingAt(one, now) === 'waiting',
    );
    return {
      json: waiting.map(approvalJson),
      lines:
        waiting.length === 0
          ? [`nothing waits for an answer in ${region}`]
          : waiting.flatMap((one) => linesOf(one)),
    };
  },
});

const linesOf = (one: Approval): readonly string[] => [
  `${one.id}  until ${iso(one.until)}`,
  `  ${one.sentence}`,
  ...Object.entries(one.facts).map(([name, value]) => `  ${name}: ${value}`),
  `  holdfast approve ${one.id} --region ${one.region} --by <${one.fourEyes ? `anybody but ${one.askedBy}` : 'your name'}>, and --no for no`,
];

/** Without the token: who has it can answer, and nobody would be on record. */
const approvalJson = ({ token: _, ...one }: Approval) => ({
  ...one,
  askedAt: iso(one.askedAt),
  until: iso(one.until),
  ...(one.answeredAt !== undefined && { answeredAt: iso(one.answeredAt) }),
});
