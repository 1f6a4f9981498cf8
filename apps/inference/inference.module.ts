import { Module, type DynamicModule } from '@nestjs/common';
import { InferenceService, type InferenceParts } from './inference.service.js';
import { INFERENCE_PARTS } from './tokens.js';

/** The inference service over given parts. */
@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the framework's shape of a module.
export class InferenceModule {
  static over(parts: InferenceParts): DynamicModule {
    return { module: InferenceModule, providers: [{ provide: INFERENCE_PARTS, useValue: parts }, InferenceService] };
  }
}
