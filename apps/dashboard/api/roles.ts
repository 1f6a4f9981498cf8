import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { HttpProblem } from './http-problem.js';
import { requestUserOrNull } from './authenticate.js';

const VIEWERS_MAY = 'posewatch:viewers-may';

/** Opens a writing endpoint to viewers; without it only admins may write. Reading is open to every user. */
export const ViewersMay = (): MethodDecorator => SetMetadata(VIEWERS_MAY, true);

/** Refuses writes of viewers. Who is calling was settled before, in `authenticate`. */
@Injectable()
export class RolesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method === 'GET' || request.method === 'HEAD') return true;
    if (Reflect.getMetadata(VIEWERS_MAY, context.getHandler()) === true) return true;
    if (requestUserOrNull(request)?.role === 'admin') return true;
    throw new HttpProblem(403, {
      kind: 'unauthorised',
      message: 'Your account may look but not change things. Ask an administrator.',
    });
  }
}
