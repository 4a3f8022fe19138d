// SPDX-License-Identifier: MIT
// <dojang-attendance> in React 19 and, for older versions, in the global namespace JSX.
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { DojangAttendance, DojangAttributes } from './dojang.js';

type Properties = Omit<DetailedHTMLProps<HTMLAttributes<DojangAttendance>, DojangAttendance>, keyof DojangAttributes> & DojangAttributes;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'dojang-attendance': Properties;
    }
  }
}

declare global {
  namespace JSX {
    interface IntrinsicElements {
      'dojang-attendance': Properties;
    }
  }
}
