// SPDX-License-Identifier: MIT
// <dojang-attendance> in Svelte 4 and 5.
import type { HTMLAttributes } from 'svelte/elements';
import type { DojangAttendance, DojangAttributes, DojangEventMap, DojangTokenSource } from './dojang.js';

type Handlers = { [K in keyof DojangEventMap as `on:${K}` | `on${K}`]?: (event: DojangEventMap[K]) => unknown };

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'dojang-attendance': Omit<HTMLAttributes<DojangAttendance>, keyof DojangAttributes> & DojangAttributes & Handlers & { token?: DojangTokenSource };
  }
}
