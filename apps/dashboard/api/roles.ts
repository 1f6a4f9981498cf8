import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { HttpProblem } from './http-problem.js';
import { requestUserOrNull } from './authenticate.js';

const VIEWERS_MAY = 'posewatch:viewers-may';
const ADMINS_ONLY = 'posewatch:admins-only';

/** Opens a writing endpoint to viewers; without it only admins may write. Reading is open to every user. */
export const ViewersMay = (): MethodDecorator => SetMetadata(VIEWERS_MAY, true);

/** Closes a reading endpoint to viewers. */
export const AdminsOnly = (): MethodDecorator => SetMetadata(ADMINS_ONLY, true);

/** Refuses writes of viewers, and readings that are not for them. Who is calling was settled before, in `authenticate`. */
@Injectable()
export class RolesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const handler = context.getHandler();
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && Reflect.getMetadata(ADMINS_ONLY, handler) !== true) return true;
    if (Reflect.getMetadata(VIEWERS_MAY, handler) === true) return true;
    if (requestUserOrNull(request)?.role === 'admin') return true;
    throw new HttpProblem(403, {
      kind: 'unauthorised',
      message: 'Your account may look but not change things. Ask an administrator.',
    });
  }
}
