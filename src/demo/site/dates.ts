const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The parts of an ISO 8601 date-time as its own zone shows them. */
export type Moment = {
  year: number;
  month: string;
  monthNumber: string;
  day: number;
  weekday: string;
  time: string;
  offset: string;
};

const pad = (value: number): string => String(value).padStart(2, '0');

/** Splits an ISO 8601 date-time with zone; the parts are those of the local clock, not UTC. */
export function momentOf(iso: string): Moment {
  const offset = /Z$/i.test(iso) ? '+00:00' : iso.slice(-6);
  const sign = offset.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
  const local = new Date(Date.parse(iso) + minutes * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: MONTHS[local.getUTCMonth()] ?? '',
    monthNumber: pad(local.getUTCMonth() + 1),
    day: local.getUTCDate(),
    weekday: DAYS[local.getUTCDay()] ?? '',
    time: `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}`,
    offset: offset.replace(':', ''),
  };
}

/** `Thu, 18 Apr 2024 14:05:00 +0400`, as RSS 2.0 wants it (RFC 822 with a four-digit year). */
export function rfc822(iso: string): string {
  const at = momentOf(iso);
  return `${at.weekday.slice(0, 3)}, ${pad(at.day)} ${at.month.slice(0, 3)} ${at.year} ${at.time}:00 ${at.offset}`;
}
