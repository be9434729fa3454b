#!/usr/bin/env node
import { approvals } from '../cli/commands/approvals.ts';
import { approve } from '../cli/commands/approve.ts';
import { demo } from '../cli/commands/demo.ts';
import { drill } from '../cli/commands/drill.ts';
import { drills } from '../cli/commands/drills.ts';
import { expire } from '../cli/commands/expire.ts';
import { failback } from '../cli/commands/failback.ts';
import { failover } from '../cli/commands/failover.ts';
import { hold } from '../cli/commands/hold.ts';
import { label } from '../cli/commands/label.ts';
import { lift } from '../cli/commands/lift.ts';
import { list } from '../cli/commands/list.ts';
import { rebuild } from '../cli/commands/rebuild.ts';
import { receipts } from '../cli/commands/receipts.ts';
import { show } from '../cli/commands/show.ts';
import { status } from '../cli/commands/status.ts';
import { switchover } from '../cli/commands/switchover.ts';
import { undelete } from '../cli/commands/undelete.ts';
import { account } from '../cli/operator/account.ts';
import type { OperatorCommand } from '../cli/operator/command.ts';
import { HoldfastError } from '../core/errors/registry.ts';

type Command = (args: readonly string[]) => Promise<number>;

/** Commands against the account that the ambient credentials open. */
const inAccount =
  (command: OperatorCommand): Command =>
  (args) =>
    command(
      args,
      account(async () => (await import('../holdfast.config.ts')).default),
      console.log,
      console.error,
    );

const COMMANDS: Readonly<Record<string, Command>> = {
  demo: (args) => demo(args, console.log, console.error),
  status: inAccount(status),
  label: inAccount(label),
  list: inAccount(list),
  show: inAccount(show),
  hold: inAccount(hold),
  lift: inAccount(lift),
  undelete: inAccount(undelete),
  rebuild: inAccount(rebuild),
  approvals: inAccount(approvals),
  approve: inAccount(approve),
  failover: inAccount(failover),
  failback: inAccount(failback),
  switchover: inAccount(switchover),
  drill: inAccount(drill),
  drills: inAccount(drills),
  receipts: inAccount(receipts),
  expire: inAccount(expire),
};

const USAGE = `holdfast <command>: ${Object.keys(COMMANDS).join(', ')}; "holdfast <command> --help" says more`;

const [command, ...args] = process.argv.slice(2);
const run = Object.hasOwn(COMMANDS, command ?? '') ? COMMANDS[command ?? ''] : undefined;
if (command === '--help' || command === 'help') {
  console.log(USAGE);
} else if (!run) {
  console.error(command === undefined ? USAGE : `there is no command ${JSON.stringify(command)}; ${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(args);
  } catch (error) {
    // What Holdfast refuses is said in its own words; anything else is a defect and keeps its trace.
    if (!(error instanceof HoldfastError) || error.family === 'defect') throw error;
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 2;
  }
}
