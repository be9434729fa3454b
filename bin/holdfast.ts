#!/usr/bin/env node
import { demo } from '../cli/commands/demo.ts';

const COMMANDS = { demo } as const;

const [command = '', ...args] = process.argv.slice(2);
const run = COMMANDS[command as keyof typeof COMMANDS];
if (!run) {
  console.error(
    `holdfast ${command}: there is no such command; there are: ${Object.keys(COMMANDS).join(', ')}`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = await run(args, console.log, console.error);
}
