import type { Approval } from '../../../core/approvals/approval.ts';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import { type Instant, iso, later, seconds } from '../../../core/time/instant.ts';
import type { askApproval } from '../../../workflows/contracts/approval.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { answerOf } from '../answer-of.ts';

type AskPorts = Pick<TaskPorts, 'region' | 'approvals' | 'announcer' | 'waiting' | 'machineArns'>;

/**
 * Writes the question down before anybody is told of it. Told, somebody may answer before this attempt has ended: if it
 * fails then, the next one asks under another token, finds the answer and hands it on by itself.
 */
export async function ask(
  input: Input<typeof askApproval>,
  ports: AskPorts,
  now: Instant,
): Promise<Output<typeof askApproval>> {
  const { withinSeconds, askedBy, ...question } = input;
  const asked = await ports.approvals.ask({
    ...question,
    ...(askedBy !== '' && askedBy !== undefined && { askedBy }),
    region: ports.region,
    askedAt: now,
    until: later(now, seconds(withinSeconds)),
    state: 'waiting',
  });
  if (asked.state === 'waiting') await ports.announcer.announce(eventOf(asked, ports));
  else await ports.waiting.resume(input.token, answerOf(asked));
  return { approval: asked.id };
}

/** No quotation mark may come from here: the message is made of these texts, and its own are the rule's. */
function eventOf(asked: Approval, { region, machineArns }: AskPorts): HoldfastEvent {
  const { cluster } = asked.facts;
  const figures = Object.entries(asked.facts).map(([name, value]) => `${name} ${value}`);
  return {
    name: 'ApprovalAsked',
    cluster: typeof cluster === 'string' ? cluster : EVERY_CLUSTER,
    region,
    sentence: `${[asked.sentence, ...figures].join('; ').replaceAll('"', "'")}`,
    facts: {
      ...asked.facts,
      approval: asked.id,
      until: iso(asked.until),
      answerer: asked.fourEyes ? `anybody but ${asked.askedBy}` : 'anybody',
      link: consoleOf(region, machineArns['answer'] ?? ''),
    },
  };
}

/** The page of a machine in the console, where an execution of it is started. */
const consoleOf = (region: string, arn: string): string =>
  `https://${region}.console.aws.amazon.com/states/home?region=${region}#/statemachines/view/${encodeURIComponent(arn)}`;
