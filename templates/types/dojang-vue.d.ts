// SPDX-License-Identifier: MIT
// <dojang-attendance> in templates of Vue 3. Also tell the compiler that it is an element
// (compilerOptions.isCustomElement).
import type { DefineComponent } from 'vue';
import type { DojangAttributes, DojangEventMap } from './dojang.js';

type Handlers = { [K in keyof DojangEventMap as `on${Capitalize<K>}`]?: (event: DojangEventMap[K]) => unknown };

declare module 'vue' {
  interface GlobalComponents {
    'dojang-attendance': DefineComponent<DojangAttributes & Handlers>;
  }
}
