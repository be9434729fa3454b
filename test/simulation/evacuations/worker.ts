import { cover, type Task } from './exploring.ts';
import { Theatre } from './theatre.ts';

/** A process that runs what it is sent, one task after another, until its parent lets go of it. */
const theatre = await Theatre.open();
// Errors that the SDK throws away by the thousand would each have their stack written down.
Error.stackTraceLimit = 0;

process.on('message', async (task: Task) => {
  try {
    process.send!({ covered: await cover(theatre, task) });
  } catch (error) {
    process.send!({ broken: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
process.on('disconnect', () => {
  theatre.close();
  process.exit();
});
process.send!({ ready: true });
