-- SPDX-FileCopyrightText: The Luminate Authors
-- SPDX-License-Identifier: Apache-2.0
--
-- How Argo CD tells the health of all three kinds of luminate.io; docs/kubernetes-status.md says where it goes.

local function condition(type)
  for _, one in ipairs((obj.status or {}).conditions or {}) do
    if one.type == type then
      return one
    end
  end
  return { status = "Unknown", reason = "Pending", message = "" }
end

local function health(status, of)
  return { status = status, message = of.reason .. ": " .. of.message }
end

-- What the status says is of an earlier generation.
if obj.status == nil or (obj.status.observedGeneration or 0) < (obj.metadata.generation or 1) then
  return { status = "Progressing", message = "The operator has not come to this generation yet." }
end

if condition("Paused").status == "True" then
  return health("Suspended", condition("Paused"))
end

for _, type in ipairs({ "Stalled", "Degraded" }) do
  if condition(type).status == "True" then
    return health("Degraded", condition(type))
  end
end

-- A cluster may come later; nothing else that is not accepted counts by itself.
local accepted = condition("Accepted")
if accepted.status == "False" and accepted.reason ~= "ClusterNotFound" then
  return health("Degraded", accepted)
end

local ready = condition("Ready")
if ready.status == "True" then
  return health("Healthy", ready)
end
return health("Progressing", ready)
