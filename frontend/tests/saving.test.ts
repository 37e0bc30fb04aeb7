import { describe, expect, it, vi } from "vitest";
import { Saves } from "../src/saving";

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe("who leaves a page", () => {
  it("waits for the save, and for the one that was queued behind it", async () => {
    const saves = new Saves();
    const go = vi.fn();
    saves.begun();
    saves.whenAnswered(go);
    saves.ended(true);
    saves.begun();
    await aMoment();
    expect(go).not.toHaveBeenCalled();
    saves.ended(true);
    await aMoment();
    expect(go).toHaveBeenCalledExactlyOnceWith(true);
    expect(saves.areUnderWay).toBe(false);
  });
  it("is told when one of them was refused", async () => {
    const saves = new Saves();
    const go = vi.fn();
    saves.begun();
    saves.begun();
    saves.whenAnswered(go);
    saves.ended(false);
    saves.ended(true);
    await aMoment();
    expect(go).toHaveBeenCalledExactlyOnceWith(false);
  });
  it("is not held by what was refused before", async () => {
    const saves = new Saves();
    saves.begun();
    saves.ended(false);
    await aMoment();
    const go = vi.fn();
    saves.begun();
    saves.whenAnswered(go);
    saves.ended(true);
    await aMoment();
    expect(go).toHaveBeenCalledExactlyOnceWith(true);
  });
  it("may change where one goes", async () => {
    const saves = new Saves();
    const first = vi.fn();
    const second = vi.fn();
    saves.begun();
    saves.whenAnswered(first);
    saves.whenAnswered(second);
    saves.ended(true);
    await aMoment();
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
  });
});
