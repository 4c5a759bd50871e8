import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Credentials in URLs and secret settings never reach the log. */
const REDACT = ['password', '*.password', 'headers.authorization', '*.headers.authorization', 'headers.cookie'];

/** `redis://user:secret@host` becomes `redis://user:***@host`. */
export const withoutPassword = (url: string): string => url.replace(/(\/\/[^/@:\s]*):[^@/\s]+@/g, '$1:***@');

export function createLog(level: string, destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: { paths: REDACT, censor: '***' },
      serializers: {
        err: (error: unknown) => {
          const shown = pino.stdSerializers.err(error instanceof Error ? error : new Error(String(error)));
          return { ...shown, message: withoutPassword(shown.message), stack: withoutPassword(shown.stack ?? '') };
        },
      },
    },
    ...(destination ? [destination] : []),
  );
}
