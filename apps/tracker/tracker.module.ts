import { Module, type DynamicModule } from '@nestjs/common';
import { TRACKER_PARTS, type TrackerParts } from './tracker-parts.js';
import { TrackerService } from './tracker.service.js';

/** The tracker over what the composition root opened. */
@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the framework's shape of a module.
export class TrackerModule {
  static over(parts: TrackerParts): DynamicModule {
    return { module: TrackerModule, providers: [{ provide: TRACKER_PARTS, useValue: parts }, TrackerService] };
  }
}
