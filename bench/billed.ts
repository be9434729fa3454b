import type { Execution } from '../embedded/states/execution.ts';
import type { States } from '../embedded/states/states.ts';

/** Step Functions Standard: 0.025 USD per 1,000 state transitions, retries included (us-east-1). */
export const USD_PER_TRANSITION = 0.025 / 1_000;

/** An execution with the children of its Map runs: they are billed to it. */
function familyOf(states: States, execution: Execution): readonly Execution[] {
  const children = execution.mapRuns.flatMap((mapRun) => states.list(mapRun));
  return [execution, ...children.flatMap((child) => familyOf(states, child))];
}

const eventsOf = (states: States, execution: Execution, type: RegExp): number =>
  familyOf(states, execution).reduce(
    (sum, { history }) => sum + history.filter((event) => type.test(event.type)).length,
    0,
  );

/** State entries and repeated attempts. */
export function transitionsOf(states: States, execution: Execution): number {
  const entered = eventsOf(states, execution, /StateEntered$/);
  const entries = eventsOf(states, execution, /^TaskStateEntered$/);
  return entered + invocationsOf(states, execution) - entries;
}

/** Functions called, by tasks of the execution and of its children. */
export const invocationsOf = (states: States, execution: Execution): number =>
  eventsOf(states, execution, /^TaskScheduled$/);

export const historyOf = ({ history }: Execution): number => history.length;
