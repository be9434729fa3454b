#!/usr/bin/env node
import { demo } from '../cli/commands/demo.ts';
import { HoldfastError } from '../core/errors/registry.ts';

const COMMANDS = { demo } as const;

const USAGE = `holdfast <command>: ${Object.keys(COMMANDS).join(', ')}; "holdfast <command> --help" says more`;

const [command, ...args] = process.argv.slice(2);
const run = Object.hasOwn(COMMANDS, command ?? '') ? COMMANDS[command as keyof typeof COMMANDS] : undefined;
if (command === '--help' || command === 'help') {
  console.log(USAGE);
} else if (!run) {
  console.error(command === undefined ? USAGE : `there is no command ${JSON.stringify(command)}; ${USAGE}`);
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
