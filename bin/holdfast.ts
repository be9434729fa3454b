#!/usr/bin/env node
import { demo } from '../cli/commands/demo.ts';
import { HoldfastError } from '../core/errors/registry.ts';

const COMMANDS = { demo } as const;

const [command = '', ...args] = process.argv.slice(2);
const run = COMMANDS[command as keyof typeof COMMANDS];
if (!run) {
  console.error(
    `holdfast ${command}: there is no such command; there are: ${Object.keys(COMMANDS).join(', ')}`,
  );
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(args, console.log, console.error);
  } catch (error) {
    // What Holdfast refuses is said in its own words; anything else is a defect and keeps its trace.
    if (!(error instanceof HoldfastError) || error.family === 'defect') throw error;
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 2;
  }
}
