import { parseCron } from './cron.ts';
import { text } from './fields.ts';

export const cron = text('give a cron of six fields, such as "0 * * * ? *" for hourly').transform(
  (value, context) => {
    const read = parseCron(value);
    if (typeof read === 'string') context.addIssue({ code: 'custom', message: read });
    return value.trim().split(/\s+/).join(' ');
  },
);
