// Minutes of a plan as days and hours of the place where it is made, whatever the zone of the browser.
import type { Language } from "./words";

export const DAY = 1440;
const WEEKDAYS = {
  ja: ["日", "月", "火", "水", "木", "金", "土"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export class Clock {
  /** Minutes from 1970-01-01 0:00 to the start of the plan, both on the wall clock of the place. */
  readonly origin: number;

  constructor(
    start: string,
    readonly language: Language,
  ) {
    const zone = /([+-])(\d\d):?(\d\d)$/.exec(start);
    const ahead = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    this.origin = Math.round(Date.parse(start) / 60_000) + ahead;
  }

  /** The wall clock; read it with the UTC getters. */
  wall(minute: number): Date {
    return new Date((this.origin + minute) * 60_000);
  }

  /** Minute of the plan at a wall clock. */
  minuteOf(wall: number): number {
    return wall / 60_000 - this.origin;
  }

  midnightBefore(minute: number): number {
    return Math.floor((this.origin + minute) / DAY) * DAY - this.origin;
  }

  isWeekend(minute: number): boolean {
    return [0, 6].includes(this.wall(minute).getUTCDay());
  }

  weekday(minute: number): string {
    return WEEKDAYS[this.language][this.wall(minute).getUTCDay()]!;
  }

  year(minute: number): string {
    const year = this.wall(minute).getUTCFullYear();
    return this.language === "ja" ? `${year}年` : `${year}`;
  }

  month(minute: number): string {
    const month = this.wall(minute).getUTCMonth();
    return this.language === "ja" ? `${month + 1}月` : MONTHS[month]!;
  }

  monthAndYear(minute: number): string {
    return this.language === "ja" ? this.year(minute) + this.month(minute) : `${this.month(minute)} ${this.year(minute)}`;
  }

  /** 23日(月) · Mon 23 */
  dayOfMonth(minute: number): string {
    const day = this.wall(minute).getUTCDate();
    return this.language === "ja" ? `${day}日(${this.weekday(minute)})` : `${this.weekday(minute)} ${day}`;
  }

  /** 11月23日(月) · Mon 23 Nov */
  shortDay(minute: number): string {
    const day = this.dayOfMonth(minute);
    return this.language === "ja" ? this.month(minute) + day : `${day} ${this.month(minute)}`;
  }

  /** 2026年11月23日(月) · Mon 23 Nov 2026 */
  day(minute: number): string {
    const day = this.shortDay(minute);
    return this.language === "ja" ? this.year(minute) + day : `${day} ${this.year(minute)}`;
  }

  /** 8:05, of 24 hours. */
  time(minute: number): string {
    const wall = this.wall(minute);
    return `${wall.getUTCHours()}:${String(wall.getUTCMinutes()).padStart(2, "0")}`;
  }

  moment(minute: number): string {
    return `${this.day(minute)} ${this.time(minute)}`;
  }

  /** A due time; midnight is the end of the day before, which is then all that is said. */
  due(minute: number): string {
    return this.midnightBefore(minute) === minute ? this.day(minute - 1) : this.moment(minute);
  }

  shortMoment(minute: number): string {
    return `${this.shortDay(minute)} ${this.time(minute)}`;
  }

  /** 2日3時間 · 2 d 3 h: the two largest units. */
  duration(minutes: number): string {
    const whole = Math.round(minutes);
    const units: [number, string][] = this.language === "ja"
      ? [[Math.floor(whole / DAY), "日"], [Math.floor((whole % DAY) / 60), "時間"], [whole % 60, "分"]]
      : [[Math.floor(whole / DAY), " d"], [Math.floor((whole % DAY) / 60), " h"], [whole % 60, " min"]];
    const largest = units.findIndex(([count]) => count > 0);
    if (largest < 0) return `0${units[2]![1]}`;
    const said = units.slice(largest, largest + 2).filter(([count]) => count > 0).map(([count, unit]) => count + unit);
    return said.join(this.language === "ja" ? "" : " ");
  }
}
