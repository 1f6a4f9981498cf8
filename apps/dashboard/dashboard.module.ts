import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CamerasController } from './api/cameras.controller.js';
import { EventsController } from './api/events.controller.js';
import { ImportsController } from './api/imports.controller.js';
import { InsightsController } from './api/insights.controller.js';
import { ModelDraftsController } from './api/model-drafts.controller.js';
import { ModelsController } from './api/models.controller.js';
import { ProblemFilter } from './api/problem-filter.js';
import { RolesGuard } from './api/roles.js';
import { RulesController, ZonesController } from './api/rules.controller.js';
import { SearchController } from './api/search.controller.js';
import { SessionsController } from './api/sessions.controller.js';
import { SystemController } from './api/system.controller.js';
import { TracksController } from './api/tracks.controller.js';
import { UsersController } from './api/users.controller.js';
import { validationPipe } from './api/validation.js';
import { VideosController } from './api/videos.controller.js';
import { CameraDesk } from './cameras/camera-desk.js';
import { EventDesk } from './events/event-desk.js';
import { InsightDesk } from './insights/insight-desk.js';
import { DraftDesk } from './models/draft-desk.js';
import { ModelDesk } from './models/model-desk.js';
import { PARTS, type Parts } from './parts.js';
import { Playback } from './playback/playback.js';
import { RuleDesk } from './rules/rule-desk.js';
import { ZoneDesk } from './rules/zone-desk.js';
import { SearchDesk } from './search/search-desk.js';
import { SessionDesk } from './sessions/session-desk.js';
import { StorageDesk } from './system/storage-desk.js';
import { SystemDesk } from './system/system-desk.js';
import { UserDesk } from './users/user-desk.js';
import { ImportDesk } from './videos/import-desk.js';
import { VideoDesk } from './videos/video-desk.js';

/** The API over given parts; without them it can only be described (see `write-openapi.ts`). */
@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the framework's shape of a module.
export class DashboardModule {
  static over(parts: Parts | null): DynamicModule {
    return {
      module: DashboardModule,
      controllers: [
        SessionsController,
        UsersController,
        CamerasController,
        ZonesController,
        RulesController,
        VideosController,
        ImportsController,
        TracksController,
        SearchController,
        EventsController,
        InsightsController,
        ModelsController,
        ModelDraftsController,
        SystemController,
      ],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: RolesGuard },
        { provide: APP_PIPE, useFactory: validationPipe },
        ...[
          SessionDesk,
          UserDesk,
          CameraDesk,
          Playback,
          ZoneDesk,
          RuleDesk,
          VideoDesk,
          ImportDesk,
          EventDesk,
          SearchDesk,
          InsightDesk,
          ModelDesk,
          DraftDesk,
          SystemDesk,
          StorageDesk,
        ],
      ],
    };
  }
}
